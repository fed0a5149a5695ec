import HTTPTypes
package import NovaAPI

/// Finds the route of a request.
///
/// Plain state, made once.
package struct RouteTable: Sendable {
    enum Match: Sendable {
        /// A route, with the path's parameters by name.
        case found(Route, [String: String])
        /// The path exists for these methods only.
        case wrongMethod([String])
        /// The path is not percent-encoded UTF-8.
        case malformed
        case unknown
    }

    /// A place in the tree of path segments.
    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        /// The child that any segment leads to, where no literal does.
        var parameter: Int?
        var routes: [Route] = []
    }

    private var nodes: [Node] = [Node()]
    package private(set) var routes: [Route] = []

    /// Those that some path has; all others are not implemented.
    static let methods: [HTTPRequest.Method] = [.delete, .get, .head, .options, .patch, .post, .put]

    package init(_ routes: [Route]) {
        for route in routes { add(route) }
    }

    private mutating func add(_ route: Route) {
        var position = 0
        for segment in route.path.split(separator: "/") {
            position = segment.hasPrefix("{") ? parameterChild(of: position) : child(of: position, String(segment))
        }
        nodes[position].routes.append(route)
        routes.append(route)
    }

    private mutating func child(of position: Int, _ segment: String) -> Int {
        if let known = nodes[position].literals[segment] { return known }
        nodes.append(Node())
        nodes[position].literals[segment] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func parameterChild(of position: Int) -> Int {
        if let known = nodes[position].parameter { return known }
        nodes.append(Node())
        nodes[position].parameter = nodes.count - 1
        return nodes.count - 1
    }

    /// - Parameter path: as it came, percent-encoded. A slash at its end makes another path.
    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        var values: [String] = []
        guard let node = find(path, &values), !node.routes.isEmpty else {
            return PercentText.decoded(path) == nil ? .malformed : .unknown
        }
        let wanted = method == .head ? .get : method
        guard let route = node.routes.first(where: { $0.method == wanted }) else {
            return .wrongMethod(Self.methods(of: node))
        }
        return .found(route, Self.parameters(of: route, values))
    }

    /// The methods of a path, for `Allow`; empty for an unknown one.
    func methods(_ path: String) -> [String] {
        var values: [String] = []
        return find(path, &values).map(Self.methods) ?? []
    }

    private func find(_ path: String, _ values: inout [String]) -> Node? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var position = 0
        if path.utf8.count > 1 {
            let slash = UInt8(ascii: "/")
            for segment in path.utf8.dropFirst().split(separator: slash, omittingEmptySubsequences: false) {
                guard let text = PercentText.decoded(Substring(segment)) else { return nil }
                if let child = nodes[position].literals[text] {
                    position = child
                } else if let child = nodes[position].parameter, !text.isEmpty {
                    values.append(text)
                    position = child
                } else {
                    return nil
                }
            }
        }
        return nodes[position]
    }

    private static func methods(of node: Node) -> [String] {
        guard !node.routes.isEmpty else { return [] }
        var methods = node.routes.map(\.method.rawValue)
        if methods.contains("GET") { methods.append("HEAD") }
        methods.append("OPTIONS")
        return methods.sorted()
    }

    private static func parameters(of route: Route, _ values: [String]) -> [String: String] {
        guard !values.isEmpty else { return [:] }
        return Dictionary(zip(route.parameterNames, values)) { first, _ in first }
    }
}
