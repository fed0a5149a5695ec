/// How long and how to search.
package struct OptimizerOptions: Sendable {
    /// Wall-clock time for all of it, recommendations included.
    ///
    /// It is looked at before every schedule generated, so it is passed by at most a few schedules' time: under 10 ms
    /// for 200 steps.
    package var timeLimit: Duration
    package var seed: UInt64
    /// Schedules the main search may generate.
    ///
    /// With a budget that ends the search before the time limit does, the same flow, seed and budget give the same
    /// outcome, its recommendations included where they fit into the rest of the time limit; without one the outcome
    /// depends on the speed of the machine.
    package var stepBudget: Int?
    /// Schedules for each question asked for the recommendations (what would one more of this save?); 0: none is asked;
    /// nil: 50 to 1,000, by the size of the flow.
    package var schedulesPerQuestion: Int?

    /// (value − bound) ÷ value of the objective at which a schedule is good enough; 0: only the best is.
    package var targetGap: Double
    /// Whether the non-dominated schedules of time against cost are looked for as well, in half of the time.
    package var wantsPareto: Bool

    /// Threads that search, the calling one among them; with more than one the answer depends on how they are scheduled.
    package var threads: Int

    package init(
        timeLimit: Duration,
        seed: UInt64 = 1,
        stepBudget: Int? = nil,
        schedulesPerQuestion: Int? = nil,
        targetGap: Double = 0,
        wantsPareto: Bool = false,
        threads: Int = 1
    ) {
        self.timeLimit = timeLimit
        self.seed = seed
        self.stepBudget = stepBudget
        self.schedulesPerQuestion = schedulesPerQuestion
        self.targetGap = targetGap
        self.wantsPareto = wantsPareto
        self.threads = threads
    }
}
