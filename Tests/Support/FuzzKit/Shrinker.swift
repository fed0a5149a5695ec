/// Makes a failing request small: takes away what it does not need to fail.
struct Shrinker: Sendable {
    /// Requests that may be sent for one failure.
    static let maximumTries = 300

    /// - Parameter fails: whether a request fails still; asked at most `maximumTries` times.
    func smallest(of request: FuzzRequest, fails: (FuzzRequest) async throws -> Bool) async rethrows -> FuzzRequest {
        var smallest = request
        var tries = 0
        var isSmaller = true
        while isSmaller, tries < Self.maximumTries {
            isSmaller = false
            for candidate in candidates(smallest) {
                guard tries < Self.maximumTries else { break }
                tries += 1
                if try await fails(candidate) {
                    smallest = candidate
                    isSmaller = true
                    break
                }
            }
        }
        return smallest
    }

    /// Each a bit smaller than the request, the greatest steps first.
    func candidates(_ request: FuzzRequest) -> [FuzzRequest] {
        var found: [FuzzRequest] = []
        for index in request.headers.indices {
            var candidate = request
            candidate.headers.remove(at: index)
            found.append(candidate)
        }
        for index in request.query.indices {
            var candidate = request
            candidate.query.remove(at: index)
            found.append(candidate)
        }
        guard let body = request.body else { return found }
        let places = body.places().dropFirst()
        for place in places {
            var candidate = request
            candidate.body = body.without(place)
            found.append(candidate)
        }
        for place in places {
            guard case .array(let elements) = body[place], elements.count > 1 else { continue }
            for half in [Array(elements.prefix(elements.count / 2)), Array(elements.dropFirst(elements.count / 2))] {
                var candidate = request
                candidate.body?[place] = .array(half)
                found.append(candidate)
            }
        }
        return found
    }
}
