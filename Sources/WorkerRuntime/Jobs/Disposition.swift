import NovaContract
import NovaStore

/// What an attempt comes to: what the handler made of it, and why it was told to stop, if it was.
enum Disposition: Equatable {
    case complete(JSONValue)
    case fail(NovaError)
    /// With what there was of a result.
    case cancel(JSONValue?)
    case retry(after: Duration?, NovaError)
    /// Uncounted, for another worker, or for this one where the attempt made way.
    case handBack

    init(_ outcome: Outcome, _ stopped: CancellationSignal.Reason?) {
        self =
            switch (outcome, stopped) {
            // It was finished before it heard that it should stop: keep the work.
            case (.done(let result), _): .complete(result)
            case (_, .handedOver), (_, .madeWay): .handBack
            case (.cutShort(let result), .requested): .cancel(result)
            case (.cutShort(let result), _): .complete(result)
            case (_, .stopping): .handBack
            case (.reject(let error), _): .fail(error)
            case (_, .requested): .cancel(nil)
            case (_, .deadline): .fail(.deadlineOver)
            case (.retry(let after, let error), nil): .retry(after: after, error)
            case (.abandon, nil):
                .retry(after: nil, NovaError(.serviceError, "the handler gave the command back without being told to"))
            }
    }
}
