import Foundation
import Testing

@Suite("docs/architecture.md")
struct ArchitecturePageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private static func page() throws -> String {
        try String(contentsOf: root.appending(path: "docs/architecture.md"), encoding: .utf8)
    }

    /// The files that the walk names, in its order.
    private static func walk() throws -> [String] {
        try page().matches(of: /`(Sources\/[\w\/+.-]+)`/).map { String($0.output.1) }
    }

    @Test("every file that the walk names is there")
    func files() throws {
        let walk = try Self.walk()
        #expect(walk.count >= 20)
        for path in walk {
            let isThere = FileManager.default.fileExists(atPath: Self.root.appending(path: path).path)
            #expect(isThere, "docs/architecture.md names \(path), which is not there")
        }
    }

    /// The walk goes from one file to the next by what the files themselves name: a type or a script of each is named by
    /// another file of the walk.
    @Test("every file of the walk is named by another one of it")
    func path() throws {
        let walk = try Self.walk()
        let texts = try Dictionary(
            walk.map { ($0, try String(contentsOf: Self.root.appending(path: $0), encoding: .utf8)) }
        ) { first, _ in first }
        for path in walk {
            let own = try #require(texts[path])
            let name = URL(filePath: path).deletingPathExtension().lastPathComponent
            var names = own.matches(of: /(?m)^(?:package )?(?:final )?(?:struct|enum|class|protocol|extension) (\w+)/)
                .map { String($0.output.1) }
            if path.hasSuffix(".lua") {
                let words = name.split(separator: "-")
                names = ["StoreScripts.\(words.enumerated().map { $0 == 0 ? String($1) : $1.capitalized }.joined())"]
            }
            let isNamed = texts.contains { other, text in
                other != path && names.contains { text.contains($0) }
            }
            #expect(isNamed, "no other file of the walk in docs/architecture.md leads to \(path)")
        }
    }

    @Test("every target of Package.swift has its line in the table of rooms")
    func rooms() throws {
        let package = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let page = try Self.page()
        let sources = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        for target in sources.sorted() where package.contains("\"\(target)\"") {
            #expect(page.contains("`\(target)`"), "docs/architecture.md does not say what \(target) is")
        }
    }
}
