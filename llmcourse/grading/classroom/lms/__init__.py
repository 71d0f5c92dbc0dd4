"""Grades in the files that learning platforms take back.

    sheet      a table as the platform wrote it, of which single cells can be filled in
    numbers    points as a platform writes them, and what they are worth there
    matching   which row is whose
    canvas     Canvas' gradebook export, filled in, or a small one of our own
    moodle     Moodle's grading worksheet, filled in
    times      when files were handed in, where a worksheet or a person's file says so
    table      a table of all that is known, for a spreadsheet or a program
    written    which files are our own, so that no other is overwritten

A platform knows a learner by a number of its own. That comes from the course's roster, or from what
`llmcourse collect` kept of a download (`origin.json`); where both are silent, from a login, an
e-mail address or a name that fits one learner alone. What was not certain is said, never guessed.
"""
