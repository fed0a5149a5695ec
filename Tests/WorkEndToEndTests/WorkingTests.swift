import Testing

/// Tasks, agents and resources over real processes, one test after the other: each has a Nova of its own.
@Suite(.serialized) enum WorkingTests {}
