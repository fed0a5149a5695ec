import NovaContract
import NovaStore
import RedisClient
import Testing
import WebSocketClient

@testable import Gateway

@Suite("Events over WebSocket", .timeLimit(.minutes(2)))
struct EventTests {
    @Test("A subscriber hears what happens from now on, in order, under the most specific channel, once")
    func live() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let before = stage.command()
            try await stage.begin(before)
            try await stage.connect(secret) { connection in
                let place = try await connection.subscribe(["jobs", "flow:nightly"])
                #expect(try await place == stage.newest())
                let command = stage.command()
                let other = stage.command(flow: "weekly")
                try await stage.begin(command)
                try await stage.progress(command, 3)
                try await stage.begin(other)
                let frames = try await connection.events(5)
                #expect(frames.map(\.channel) == Array(repeating: "flow:nightly", count: 4) + ["jobs"])
                #expect(
                    frames.map(\.event) == [
                        "job.running", "job.progress", "job.progress", "job.progress", "job.running",
                    ]
                )
                #expect(frames.compactMap(\.step) == [0, 1, 2])
                #expect(zip(frames, frames.dropFirst()).allSatisfy { $0.id?.isFollowed(by: $1.id ?? .start) == true })
                #expect(place.isFollowed(by: frames[0].id ?? .start))
                // A third, more specific one for the same events.
                try await connection.subscribe(["job:\(command.jobID)"])
                try await stage.progress(command, 1)
                #expect(try await connection.events(1)[0].channel == "job:\(command.jobID)")
                try await connection.expectSilence()
            }
        }
    }

    @Test("Unsubscribed channels are heard no more; the feed ends with its last subscriber")
    func unsubscribe() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let command = stage.command()
            try await stage.connect(secret) { connection in
                try await connection.subscribe(["jobs", "flow:nightly"])
                #expect(stage.hub.feedCount == 1)
                try await connection.send(["type": "unsubscribe", "channels": ["flow:nightly"]])
                #expect(try await connection.frame().type == "unsubscribed")
                try await stage.begin(command)
                #expect(try await connection.events(1)[0].channel == "jobs")
                try await connection.send(["type": "unsubscribe", "channels": ["jobs"]])
                #expect(try await connection.frame().type == "unsubscribed")
                #expect(stage.hub.feedCount == 0)
                try await stage.progress(command, 1)
                try await connection.expectSilence()
                // And again, with what was missed.
                try await connection.subscribe(["jobs"], after: .start)
                #expect(try await connection.events(2).map(\.event) == ["job.running", "job.progress"])
            }
            try await stage.waitUntil { stage.hub.feedCount == 0 && stage.hub.socketCount == 0 }
        }
    }

    @Test("Nothing of another owner or of a domain the key may not touch is ever seen")
    func isolation() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key(domains: ["professional", "public"])
            let others = try await stage.key(owner: "somebody else")
            try await stage.connect(others) { stranger in
                try await stranger.subscribe(["jobs", "flow:nightly"], after: .start)
                try await stage.connect(secret) { connection in
                    try await stage.begin(stage.command(domain: "personal"))
                    try await stage.begin(stage.command(domain: "professional"))
                    try await connection.subscribe(["jobs"], after: .start)
                    try await stage.begin(stage.command(domain: "personal"))
                    try await stage.begin(stage.command(domain: "public"))
                    try await connection.send([
                        "type": "subscribe", "channels": ["flow:nightly"], "domain": "public",
                    ])
                    try await stage.begin(stage.command(domain: "professional"))
                    try await stage.begin(stage.command(domain: "public"))
                    let frames = try await connection.read(untilPong: stage)
                    let events = frames.filter { $0.type == "event" }
                    let domains = events.map { $0.json["data"]?["domain"]?.stringValue }
                    #expect(domains == ["professional", "public", "professional", "public"])
                    // The last ones may come before the second subscription is there.
                    #expect(events.prefix(3).allSatisfy { $0.channel == "jobs" })
                }
                try await stranger.expectSilence()
            }
        }
    }

    @Test("With `after`, everything since comes once and in order, and then what happens: no loss at the seam")
    func seam() async throws {
        try await Stage.run({ $0.pageSize = 7 }) { stage in
            let secret = try await stage.key()
            let command = stage.command()
            let total = 600
            try await stage.begin(command)
            let first = try await stage.newest()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await stage.progress(command, total) }
                for delay in [0, 1, 40, 200, 590] {
                    group.addTask {
                        try await stage.connect(secret) { connection in
                            // Begins while events come in, each at another moment.
                            try await stage.waitForEvents(after: first, delay)
                            try await connection.subscribe(["flow:nightly"], after: first)
                            let frames = try await connection.events(total)
                            #expect(frames.compactMap(\.step) == Array(0..<total))
                            try await connection.expectSilence()
                        }
                    }
                }
                // One that comes back again and again, each time with the last id it has.
                group.addTask {
                    var last = first
                    var steps: [Int] = []
                    while steps.count < total {
                        let (place, known) = (last, steps.count)
                        let more = try await stage.read(secret, after: place, count: min(25, total - known))
                        last = more.last?.id ?? last
                        steps += more.compactMap(\.step)
                    }
                    #expect(steps == Array(0..<total))
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("A second subscription with a past of its own neither repeats nor loses what the first one hears")
    func secondPast() async throws {
        try await Stage.run({ $0.pageSize = 5 }) { stage in
            let secret = try await stage.key()
            let nightly = stage.command(flow: "nightly")
            let weekly = stage.command(flow: "weekly")
            try await stage.begin(nightly)
            try await stage.begin(weekly)
            let first = try await stage.newest()
            try await stage.progress(nightly, 20)
            try await stage.connect(secret) { connection in
                try await connection.subscribe(["flow:weekly"], after: first)
                try await stage.progress(weekly, 20)
                #expect(try await connection.events(20).compactMap(\.step) == Array(0..<20))
                async let more: Void = stage.progress(weekly, 200)
                try await connection.send([
                    "type": "subscribe", "channels": ["flow:nightly", "jobs"], "after": .string(first.description),
                ])
                var frames: [Frame] = []
                while frames.filter({ $0.channel == "flow:weekly" }).count < 200 || frames.count < 221 {
                    frames.append(try await connection.frame())
                }
                try await more
                #expect(frames.filter { $0.channel == "flow:nightly" }.compactMap(\.step) == Array(0..<20))
                #expect(frames.filter { $0.channel == "flow:weekly" }.compactMap(\.step) == Array(0..<200))
                #expect(frames.filter { $0.type == "subscribed" }.count == 1)
                #expect(frames.allSatisfy { $0.channel != "jobs" })
                try await connection.expectSilence()
            }
        }
    }

    @Test("What is no longer kept is told as a gap, and what is kept follows")
    func gap() async throws {
        var retention = Retention()
        retention.eventsPerOwner = 100
        try await Stage.run({ $0.pageSize = 64 }, retention: retention) { stage in
            let secret = try await stage.key()
            let command = stage.command()
            try await stage.begin(command)
            let first = try await stage.newest()
            try await stage.progress(command, 1_000)
            try await stage.connect(secret) { connection in
                #expect(try await connection.subscribe(["jobs"], after: first) == first)
                let gap = try await connection.frame()
                #expect(gap.type == "gap")
                #expect(gap.json["after"]?.stringValue == first.description)
                let next = try #require(gap.json["next"]?.stringValue)
                var frame = try await connection.frame()
                #expect(frame.id?.description == next)
                var steps = [frame.step]
                while frame.step != 999 {
                    frame = try await connection.frame()
                    steps.append(frame.step)
                }
                let begin = try #require(steps[0])
                #expect(begin > 0)
                #expect(steps == Array(begin...999))
                try await connection.expectSilence()
            }
        }
    }

    @Test("A place of a log that was lost is told as a gap; a log that never began is none")
    func otherLog() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            try await stage.connect(secret) { connection in
                #expect(try await connection.subscribe(["jobs"], after: .start) == .start)
                try await connection.expectSilence()
                try await stage.begin(stage.command())
                #expect(try await connection.events(1).count == 1)
            }
            let future = try #require(EventID("9999999999999-9999999999999"))
            let old = try #require(EventID("1000-1000"))
            for place in [future, old] {
                try await stage.connect(secret) { connection in
                    let begin = try await connection.subscribe(["jobs"], after: place)
                    #expect(begin == (place == future ? .start : place))
                    let gap = try await connection.frame()
                    #expect(gap.type == "gap")
                    #expect(gap.json["after"]?.stringValue == place.description)
                    #expect(try await connection.events(1).count == 1)
                    try await connection.expectSilence()
                }
            }
        }
    }

    @Test("Redis loses its memory: the live socket hears of what comes after, and its old place is a gap")
    func flushed() async throws {
        try await Stage.run { stage in
            let secret = try await stage.key()
            let command = stage.command()
            try await stage.connect(secret) { connection in
                try await connection.subscribe(["jobs"])
                try await stage.begin(command)
                let place = try #require(try await connection.events(1)[0].id)
                _ = try await stage.store.redis.command("FLUSHALL")
                try await stage.begin(command)
                #expect(try await connection.events(1)[0].event == "job.running")
                try await connection.subscribe(["flow:nightly"], after: place)
                #expect(try await connection.frame().type == "gap")
            }
        }
    }
}

extension Stage {
    /// Waits until this many events have come after one.
    func waitForEvents(after first: EventID, _ count: Int) async throws {
        while try await newest().sequence - first.sequence < UInt64(count) { await Task.yield() }
    }

    /// Connects, reads this many events after a place, and goes.
    func read(_ secret: String, after place: EventID, count: Int) async throws -> [Frame] {
        try await WebSocketClient.connect(url: url, headers: [("X-API-Key", secret)]) { connection in
            try await connection.subscribe(["jobs"], after: place)
            return try await connection.events(count)
        }
    }
}

extension WebSocketConnection {
    /// Everything that was sent before the feed had given out all events there are.
    func read(untilPong stage: Stage) async throws -> [Frame] {
        // Subscribing anew is answered behind everything that was given out, and names how far that is.
        var frames: [Frame] = []
        let newest = try await stage.newest()
        while true {
            try await send(["type": "subscribe", "channels": ["analytics:agents"]])
            var answer = try await frame()
            while answer.type != "subscribed" {
                frames.append(answer)
                answer = try await frame()
            }
            if let place = answer.json["last_id"]?.stringValue.flatMap({ EventID($0) }), place >= newest {
                return frames
            }
        }
    }
}
