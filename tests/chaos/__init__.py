"""`make chaos`: real processes, killed for real, and afterwards the books are audited.

One file for each family of faults; world.py is what is hurt, oracle.py judges.
"""
