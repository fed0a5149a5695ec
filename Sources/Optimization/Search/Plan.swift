/// A schedule of a network with the way each step is run.
struct Plan {
    let score: Score
    let starts: [Int]
    let ways: [Int]
}
