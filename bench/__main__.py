"""`python -m bench` is `python -m bench.compare`."""

from bench.compare import main

if __name__ == "__main__":
    main()
