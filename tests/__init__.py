"""The tests of Chancery.

One thread for each library that brings its own: the tests use every core already, and OpenMP's threads wait by
spinning. A language model's tests took 50 to 110 CPU seconds with two threads and 23 with one; a training took
minutes on a busy machine. It is set here, before any of these libraries is loaded.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
