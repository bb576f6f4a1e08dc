#!/usr/bin/env python3
"""Takes files out of a wheel, all into one folder.

    unpack_wheel.py WHEEL FOLDER PATTERN...

Prints the name of each file taken. Fails, and takes nothing, when a pattern (as in the shell) matches no file.
"""
import fnmatch
import os
import shutil
import sys
import zipfile


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    path, folder, patterns = sys.argv[1], sys.argv[2], sys.argv[3:]
    with zipfile.ZipFile(path) as wheel:
        wanted = {}
        for pattern in patterns:
            matches = fnmatch.filter(wheel.namelist(), pattern)
            if not matches:
                sys.exit(f"{os.path.basename(path)} holds nothing like {pattern}")
            wanted.update({name: os.path.basename(name) for name in matches})
        for name, short in sorted(wanted.items()):
            with wheel.open(name) as packed, open(os.path.join(folder, short), "wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
            print(short)


if __name__ == "__main__":
    main()
