import LLMClient
import Synchronization

/// What a model says, on its way to those who listen.
final class Speech: Sendable {
    struct Piece: Sendable, Equatable {
        /// Of the answer: 1 for the first.
        let number: Int
        /// Unicode scalars of it before this piece.
        let offset: Int
        let text: String
    }

    private struct State {
        var number = 0
        var offset = 0
        var pending: [Unicode.Scalar] = []
    }

    private let state = Mutex(State())
    /// Unicode scalars of one event.
    private static let longest = 4_000

    func hear(_ part: LLMClient.Part) {
        state.withLock { state in
            switch part {
            // What was not said yet of an answer that begins anew is void.
            case .began: state = State(number: state.number + 1)
            case .text(let text): state.pending += text.unicodeScalars
            }
        }
    }

    /// The next piece; nil where there is none.
    func take() -> Piece? {
        state.withLock { state in
            guard !state.pending.isEmpty else { return nil }
            let taken = state.pending.prefix(Self.longest)
            let text = String(String.UnicodeScalarView(taken))
            defer {
                state.offset += taken.count
                state.pending.removeFirst(taken.count)
            }
            return Piece(number: state.number, offset: state.offset, text: text)
        }
    }

    /// It was not told.
    func giveBack(_ piece: Piece) {
        state.withLock { state in
            guard state.number == piece.number else { return }
            state.pending.insert(contentsOf: piece.text.unicodeScalars, at: 0)
            state.offset = piece.offset
        }
    }
}
