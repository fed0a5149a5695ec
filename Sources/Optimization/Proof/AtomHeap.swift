/// Statements ⟦variable ≥ value⟧ that learned clauses are about, the most active first.
///
/// Those of recent conflicts are the best to decide on (variable state independent decaying sum; Moskewicz and others, Chaff:
/// engineering an efficient SAT solver, DAC 2001).
struct AtomHeap {
    struct Atom: Hashable {
        let variable: Int
        let value: Int
    }

    private static let decay = 0.95
    private static let most = 40_000
    private static let greatest = 1e100

    private var atoms: [Atom] = []
    private var activities: [Double] = []
    private var numbers: [Atom: Int] = [:]
    private var heap: [Int] = []
    /// Place in the heap; −1: it was taken out.
    private var places: [Int] = []
    private var taken: [(number: Int, level: Int)] = []
    private var increment = 1.0

    mutating func bump(_ literal: BoundLiteral) {
        let number = number(of: Self.atom(literal))
        activities[number] += increment
        if activities[number] > Self.greatest { rescale() }
        if places[number] >= 0 { rise(places[number]) }
    }

    mutating func decayAll() { increment /= Self.decay }

    /// The most active that is neither true nor false, and stays out until its level is gone.
    mutating func next(_ trail: BoundTrail) -> Atom? {
        while let first = heap.first {
            let atom = atoms[first]
            if trail.least(atom.variable) < atom.value, atom.value <= trail.most(atom.variable) { return atom }
            removeFirst()
            taken.append((first, trail.level))
        }
        return nil
    }

    /// Levels above this are gone.
    mutating func backtrack(to level: Int) {
        while let last = taken.last, last.level > level {
            taken.removeLast()
            insert(last.number)
        }
    }

    /// Forgets the less active half where there are very many.
    mutating func reduce() {
        guard atoms.count > Self.most else { return }
        let kept = atoms.indices.sorted { (-activities[$0], $0) < (-activities[$1], $1) }.prefix(Self.most / 2).sorted()
        var renewed = AtomHeap()
        renewed.increment = increment
        for number in kept { renewed.append(atoms[number], activities[number]) }
        self = renewed
    }

    private static func atom(_ literal: BoundLiteral) -> Atom {
        literal.bound & 1 == 0
            ? Atom(variable: Int(literal.bound / 2), value: literal.value)
            : Atom(variable: Int(literal.bound / 2), value: 1 - literal.value)
    }

    private mutating func number(of atom: Atom) -> Int {
        if let number = numbers[atom] { return number }
        append(atom, 0)
        return atoms.count - 1
    }

    private mutating func append(_ atom: Atom, _ activity: Double) {
        numbers[atom] = atoms.count
        atoms.append(atom)
        activities.append(activity)
        places.append(-1)
        insert(atoms.count - 1)
    }

    private mutating func rescale() {
        for number in activities.indices { activities[number] *= 1e-100 }
        increment *= 1e-100
    }

    // MARK: - Heap

    private mutating func insert(_ number: Int) {
        guard places[number] < 0 else { return }
        places[number] = heap.count
        heap.append(number)
        rise(heap.count - 1)
    }

    private mutating func removeFirst() {
        places[heap[0]] = -1
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        places[last] = 0
        sink(0)
    }

    private mutating func rise(_ given: Int) {
        var place = given
        let number = heap[place]
        while place > 0 {
            let parent = (place - 1) / 2
            guard activities[number] > activities[heap[parent]] else { break }
            heap[place] = heap[parent]
            places[heap[place]] = place
            place = parent
        }
        heap[place] = number
        places[number] = place
    }

    private mutating func sink(_ given: Int) {
        var place = given
        let number = heap[place]
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, activities[heap[child + 1]] > activities[heap[child]] { child += 1 }
            guard activities[heap[child]] > activities[number] else { break }
            heap[place] = heap[child]
            places[heap[place]] = place
            place = child
        }
        heap[place] = number
        places[number] = place
    }
}
