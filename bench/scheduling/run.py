"""What the benchmarks of scheduling print."""


def say(line: str) -> None:
    print(line, flush=True)
