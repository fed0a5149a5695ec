import NovaContract

/// A flow whose search goes on for as long as it may: its bound is never reached.
enum HardFlow {
    static func body(seconds: Int) -> JSONValue {
        let steps = (0..<60).map { JSONValue.object(step($0)) }
        let capacity: JSONValue = ["gpu": 9, "api": 8]
        return [
            "parameters": ["steps": .array(steps), "capacity": capacity, "time_limit": JSONValue(Double(seconds))]
        ]
    }

    private static func step(_ number: Int) -> JSONObject {
        let duration = [7, 11, 13, 17, 19][number % 5] + number % 3
        let resources: JSONValue = ["gpu": JSONValue(2 + number * 7 % 5), "api": JSONValue(1 + number * 5 % 6)]
        let dependencies = number < 4 ? [] : ["s\(number - 4)"]
        return [
            "id": .string("s\(number)"), "duration": JSONValue(duration), "resources": resources,
            "dependencies": JSONValue(dependencies),
        ]
    }
}
