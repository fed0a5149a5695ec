import CRdkafka
import Glibc

extension KafkaError {
    /// The producer's queue is full: nothing was sent, and there will be room when reports have come.
    package var isQueueFull: Bool { code == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue }

    /// The client was closed before the call, or while it went on.
    package var isClosed: Bool { code == RD_KAFKA_RESP_ERR__DESTROY.rawValue }

    /// The broker has no such request, or not in a version that librdkafka speaks.
    package var isUnsupported: Bool {
        code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE.rawValue
            || code == RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION.rawValue
    }

    init(
        _ code: rd_kafka_resp_err_t,
        _ message: String? = nil,
        isFatal: Bool = false,
        isRetriable: Bool? = nil,
        mayHaveBeenDelivered: Bool = false
    ) {
        self.code = code.rawValue
        name = String(cString: rd_kafka_err2name(code))
        self.message = message ?? String(cString: rd_kafka_err2str(code))
        self.isFatal = isFatal || code == RD_KAFKA_RESP_ERR__FATAL
        self.isRetriable = !self.isFatal && (isRetriable ?? Self.passing.contains(code.rawValue))
        self.mayHaveBeenDelivered = mayHaveBeenDelivered
    }

    /// Takes over the error object and frees it.
    init(consuming error: OpaquePointer) {
        self.init(
            rd_kafka_error_code(error),
            String(cString: rd_kafka_error_string(error)),
            isFatal: rd_kafka_error_is_fatal(error) != 0,
            isRetriable: rd_kafka_error_is_retriable(error) != 0 ? true : nil
        )
        rd_kafka_error_destroy(error)
    }

    /// Nil for no error.
    static func of(_ code: rd_kafka_resp_err_t) -> KafkaError? {
        code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
    }

    static func closed(_ message: String, mayHaveBeenDelivered: Bool = false) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__DESTROY, message, mayHaveBeenDelivered: mayHaveBeenDelivered)
    }

    static func timedOut(_ message: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, message)
    }

    static func invalid(_ message: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, message)
    }

    static func unknownTopic(_ name: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "no topic '\(name)'")
    }

    static func notOwned(_ place: KafkaTopicPartition) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, "\(place) is not assigned to this consumer")
    }

    static func busy(_ message: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__CONFLICT, message, isRetriable: true)
    }

    static func system(_ message: String, errno: Int32) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, "\(message): \(String(cString: strerror(errno)))")
    }

    /// Codes of states that end by themselves or by an operator.
    ///
    /// librdkafka says so of some errors only.
    private static let passing: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__TIMED_OUT,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
            RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__RETRY,
            RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_NOT_CONTROLLER, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
            RD_KAFKA_RESP_ERR_FETCH_SESSION_ID_NOT_FOUND, RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED,
            RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
        ].map(\.rawValue)
    )
}
