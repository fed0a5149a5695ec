/// The names of all settings, of whatever process: the environment of one process may hold those of another.
///
/// `docs/configuration.md` lists the same.
enum KnownSettings {
    /// Variables that are no settings.
    static let variables: Set<String> = [
        "NOVA_API_KEY", "NOVA_BREAK", "NOVA_CONFIG", "NOVA_FAULT", "NOVA_POISON", "NOVA_URL",
    ]

    static let keys: Set<String> = [
        "allocation.maximum_bytes", "allocation.maximum_waiting", "allocation.tick", "allocation.ttl",
        "embeddings.api_key", "embeddings.api_key.file", "embeddings.base_url", "embeddings.batch",
        "embeddings.model", "embeddings.query_timeout", "embeddings.timeout",
        "gateway.id",
        "health.host", "health.port",
        "http.anonymous_time", "http.body_timeout", "http.cors_origins", "http.default_wait", "http.drain_delay",
        "http.failed_keys_window", "http.forwarded_field", "http.header_timeout", "http.host", "http.idle_timeout",
        "http.maximum_anonymous_connections_per_address", "http.maximum_body_bytes",
        "http.maximum_body_bytes_in_flight", "http.maximum_connections", "http.maximum_failed_keys_per_address",
        "http.maximum_header_bytes", "http.maximum_header_fields", "http.maximum_in_flight",
        "http.maximum_in_flight_per_key", "http.maximum_wait", "http.port", "http.show_metrics",
        "http.ticket_lifetime", "http.trusted_proxies", "http.write_timeout",
        "jobs.default_deadline", "jobs.maximum_deadline",
        "kafka.brokers", "kafka.delivery_timeout", "kafka.group_instance_id", "kafka.properties",
        "keys.cache_lifetime", "keys.cache_size", "keys.file", "keys.origin",
        "limits.agents_per_owner", "limits.allocations_per_owner", "limits.bytes_per_owner",
        "limits.coordinations_per_owner", "limits.domains_per_owner", "limits.flows_per_owner",
        "limits.memories_per_owner", "limits.needs_per_owner", "limits.resources_per_owner", "limits.tasks_per_owner",
        "llm.api_key", "llm.api_key.file", "llm.attempts", "llm.base_url", "llm.breaker_failures",
        "llm.breaker_pause", "llm.concurrency", "llm.idle_timeout", "llm.model", "llm.model_concurrency",
        "llm.model_rate", "llm.probe",
        "log.format", "log.level",
        "memory.archive_below", "memory.consolidate_every", "memory.consolidate_least", "memory.consolidation_model",
        "memory.half_life", "memory.maximum", "memory.replica_bytes", "memory.replicas", "memory.tick",
        "migration.flows_owner",
        "optimization.maximum_threads", "optimization.maximum_time_limit", "optimization.time_limit",
        "prefix",
        "redis.command_deadline", "redis.connect_timeout", "redis.connections", "redis.database", "redis.host",
        "redis.password", "redis.password.file", "redis.port", "redis.tls", "redis.tls_ca_file", "redis.username",
        "retention.allocations", "retention.applied", "retention.coordinations", "retention.dead_letters",
        "retention.events", "retention.events_per_owner", "retention.idempotency_keys", "retention.jobs",
        "retention.jobs_per_owner", "retention.tasks",
        "stop.deadline",
        "tasks.ageing", "tasks.losses", "tasks.tick",
        "topics.create", "topics.maximum_record_bytes", "topics.partitions", "topics.replication_factor",
        "websocket.budget_limit", "websocket.budget_window", "websocket.close_timeout",
        "websocket.maximum_message_bytes",
        "websocket.maximum_message_bytes_in_flight", "websocket.maximum_sockets", "websocket.maximum_sockets_per_key",
        "websocket.maximum_sockets_per_owner", "websocket.maximum_subscriptions", "websocket.maximum_unsent_bytes",
        "websocket.maximum_unsent_messages", "websocket.ping_interval", "websocket.pong_timeout",
        "websocket.subscribe_timeout",
        "worker.attempts", "worker.backlog_bytes_per_partition", "worker.backlog_per_partition",
        "worker.backoff_first", "worker.backoff_maximum", "worker.compute_threads", "worker.concurrency", "worker.id",
        "worker.lease", "worker.progress_per_second", "worker.retry_time", "worker.shutdown_grace",
        "worker.suspect_time",
    ]
}
