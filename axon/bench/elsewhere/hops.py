"""Kamaelia's own Axon, as a peer of the one that is built here: the cases with the
ancestor's components, on CPython. It is called with the name of a case, the number of
components and the number of messages, and prints how many nanoseconds that took, what it
found out and 0, because nobody sleeps in its cases. The benchmark checks what it found.

Needs the package kamaelia-axon. Boxes are unlimited, which is the ancestor's default; a
producer gives way after as many messages as a box holds on other peers.
"""

import sys
import time

from Axon.Component import component
from Axon.Ipc import producerFinished

CAPACITY = 64


class Result:
    """What a case found out, and when it began and ended."""

    found = 0
    began = ended = None


class Source(component):
    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers

    def main(self):
        for number in self.numbers:
            self.send(number, "outbox")
            if number % CAPACITY == CAPACITY - 1:
                yield 1
        self.send(producerFinished(self), "signal")
        yield 1


class PassOn(component):
    def main(self):
        while True:
            while self.dataReady("inbox"):
                self.send(self.recv("inbox"), "outbox")
            if self.dataReady("control"):
                self.send(self.recv("control"), "signal")
                return
            if not self.anyReady():
                self.pause()
            yield 1


class Sum(component):
    """Ends when so many producers have."""

    def __init__(self, producers=1):
        super().__init__()
        self.producers = producers

    def main(self):
        while True:
            while self.dataReady("inbox"):
                Result.found += self.recv("inbox")
            while self.dataReady("control"):
                self.recv("control")
                self.producers -= 1
            if self.producers == 0:
                return
            if not self.anyReady():
                self.pause()
            yield 1


class Member(component):
    """Of a ring; tells the others when the number has come to its end."""

    def __init__(self, place, messages):
        super().__init__()
        self.place, self.messages = place, messages

    def main(self):
        while True:
            while self.dataReady("inbox"):
                left = self.recv("inbox")
                if left == self.messages:
                    Result.began = time.perf_counter_ns()
                if left == 0:
                    Result.ended = time.perf_counter_ns()
                    Result.found = self.place
                    self.send(producerFinished(self), "signal")
                    return
                self.send(left - 1, "outbox")
            if self.dataReady("control"):
                self.send(self.recv("control"), "signal")
                return
            if not self.anyReady():
                self.pause()
            yield 1


class Nothing(component):
    def main(self):
        Result.found += 1
        yield 1


class Whole(component):
    """Holds the components of a case, links them, and ends at once: they go on."""

    def __init__(self, parts, links, begin=None):
        super().__init__()
        self.parts, self.links, self.begin = parts, links, begin

    def main(self):
        for source, sink in self.links:
            self.link((source, "outbox"), (sink, "inbox"))
            self.link((source, "signal"), (sink, "control"))
        self.addChildren(*self.parts)
        for part in self.parts:
            part.activate()
        if self.begin:
            first, number = self.begin
            self.link((self, "outbox"), (first, "inbox"))
            self.send(number, "outbox")
        while not all(part._isStopped() for part in self.parts):
            self.pause()
            yield 1


def pipeline(components, messages):
    row = [Source(range(messages)), *(PassOn() for _ in range(components)), Sum()]
    return Whole(row, zip(row, row[1:]))


def ring(components, messages):
    members = [Member(place, messages) for place in range(components)]
    links = zip(members, members[1:] + members[:1])
    # A lap before the clock runs, so that all of them have had a turn.
    return Whole(members, links, begin=(members[0], messages + components))


def fan_in(components, messages):
    each = messages // components
    starts = range(0, messages, each)
    sources = [Source(range(start, start + each)) for start in starts]
    total = Sum(producers=components)
    return Whole([*sources, total], [(source, total) for source in sources])


class Spawner(component):
    def __init__(self, components, messages):
        super().__init__()
        self.components, self.messages = components, messages

    def main(self):
        for _ in range(self.messages // self.components):
            crowd = [Nothing() for _ in range(self.components)]
            for one in crowd:
                one.activate()
            while not all(one._isStopped() for one in crowd):
                yield 1


CASES = {"pipeline": pipeline, "ring": ring, "fan-in": fan_in, "spawn": Spawner}


def main():
    name, components, messages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    began = time.perf_counter_ns()
    CASES[name](components, messages).run()
    ended = time.perf_counter_ns()
    print((Result.ended or ended) - (Result.began or began), Result.found, 0)


main()
