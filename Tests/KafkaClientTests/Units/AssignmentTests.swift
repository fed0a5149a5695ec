import Testing

@testable import KafkaClient

@Suite("Assignment")
struct AssignmentTests {
    private let p0 = KafkaTopicPartition(topic: "t", partition: 0)
    private let p1 = KafkaTopicPartition(topic: "t", partition: 1)

    @Test("A revocation is finished once, and its partitions are not read meanwhile")
    func once() {
        var assignment = Assignment()
        assignment.assign([p0, p1])
        let id = assignment.revoke([p0], deadline: .now + .seconds(9))
        #expect(assignment.readable == [p1])
        #expect(assignment.finish(id) == [p0])
        #expect(assignment.finish(id) == nil)
    }

    @Test("Past the deadline it is overdue")
    func overdue() {
        var assignment = Assignment()
        let now = ContinuousClock.now
        let id = assignment.revoke([p0], deadline: now + .seconds(9))
        #expect(assignment.overdue(now: now + .seconds(8)) == [])
        #expect(assignment.overdue(now: now + .seconds(9)) == [id])
    }

    @Test("A loss overtakes a revocation")
    func lost() {
        var assignment = Assignment()
        assignment.assign([p0, p1])
        let id = assignment.revoke([p0], deadline: .now)
        assignment.lose([p0, p1])
        #expect(assignment.finish(id) == nil)
        #expect(assignment.all.isEmpty)
    }
}
