/// One request that waits for one job.
struct Waiter: Sendable {
    let token: ReplyHub.Token
    let jobID: String
    let owner: String
}
