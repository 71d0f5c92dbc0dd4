"""A class: whose each file is, what every attempt earned, and grades in the form that others want.

What comes in
    roster           who takes the course: Canvas' export, Moodle's worksheet, or a table
    collecting       what was handed in, from a zip, a folder or repositories, put in its place
    submissions      the files in a folder, by the names that they have when people hand them in

What is kept
    grade            what needs grading, graded side by side and kept as it comes
    attempts         every attempt of every student: files that are only ever added
    course_key       the secret that the seeds of hidden tests come from
    gradebook        nbgrader's gradebook, kept in step with the attempts

What goes out
    standing         where one student stands: points, late days, and why there are none
    lateness         … how many days late, by one rule
    grades           … of everybody, out of attempts, roster and gradebook
    lms              grades in the files of Canvas and Moodle
    handing_back     the pages of feedback, gathered
    words_of_people  … with what people wrote in formgrader at the top
    report           a class on one page: tasks, mistakes, files that are alike

For all of these
    folders          folders that are named after people, held by one process at a time
    formulas         cells that a spreadsheet would run

Read `grade` first, then `attempts`: all else can be made again from the attempts. Only `grade` and
`grades` open the gradebook; what is made of grades takes them as values.
"""
