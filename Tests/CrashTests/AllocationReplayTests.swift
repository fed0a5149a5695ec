import CrashKit
import NovaContract
import Testing

/// The replay finds what it is there to find.
@Suite struct AllocationReplayTests {
    private static func event(_ name: String, _ id: String, _ gpu: Int) -> JSONValue {
        let items: JSONValue = gpu == 0 ? [:] : ["gpu": JSONValue(gpu)]
        return [
            "type": "event", "event": .string("allocation." + name),
            "data": ["allocation_id": .string(id), "allocated": items],
        ]
    }

    private static func faults(_ events: [JSONValue]) -> Int {
        var replay = AllocationReplay(capacities: ["gpu": 4])
        for event in events { replay.take(event) }
        return replay.faults.count
    }

    @Test func whatIsRightHasNoFault() {
        let events = [
            Self.event("waiting", "1", 0), Self.event("granted", "1", 3), Self.event("granted", "2", 1),
            Self.event("renewed", "2", 1), Self.event("preempted", "1", 3), Self.event("granted", "3", 3),
            Self.event("released", "2", 1), Self.event("expired", "3", 3), Self.event("released", "4", 0),
        ]
        #expect(Self.faults(events) == 0)
    }

    @Test func whatIsWrongIsFound() {
        for wrong in [
            [Self.event("granted", "1", 5)], [Self.event("granted", "1", 3), Self.event("granted", "2", 2)],
            [Self.event("granted", "1", 1), Self.event("granted", "1", 1)],
            [Self.event("granted", "1", 2), Self.event("released", "1", 1)],
            [Self.event("granted", "1", 1), Self.event("expired", "1", 1), Self.event("expired", "1", 1)],
            [["type": "gap"]],
        ] { #expect(Self.faults(wrong) > 0) }
    }
}
