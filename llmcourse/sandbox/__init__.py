"""A learner's code, run where it can do no harm, and the one way to it.

limits       what it may use
bubblewrap   the walls: what it finds around it
calls        the system calls that it may not make
worker       the side that runs it
wire         what crosses: plain values as bytes
remote       the trusted side: asks, waits, ends it
watch        looks after memory and processes of the whole tree
"""
