"""What a class has in common in one set, as one page for the people who teach it.

    points         how the points are distributed
    items          how hard each task was, and whether it tells learners apart
    mistakes       which known misconceptions were met most often
    fingerprints   what of a source stays where names and layout are changed (winnowing)
    likeness       which submissions are worth reading side by side
    page           all that as one HTML file

The page helps to teach better: which page to treat again, which test to look at. It judges no
learner. That holds most of all for likeness, which says where to look and not what is to be seen.
"""
