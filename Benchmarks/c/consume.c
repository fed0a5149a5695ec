// consume BOOTSTRAP TOPIC GROUP COUNT
//
// Reads COUNT records of TOPIC as the only member of GROUP, from the beginning, and prints `rate RECORDS_PER_SECOND`
// from the first record to the last one. `consume --version` prints librdkafka's version.
#include "bench.h"

#include <string.h>

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts(rd_kafka_version_str());
        return 0;
    }
    if (argc != 5) fail("usage", "consume BOOTSTRAP TOPIC GROUP COUNT");
    long count = atol(argv[4]);

    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", argv[1]);
    set(conf, "group.id", argv[3]);
    set(conf, "partition.assignment.strategy", "cooperative-sticky");
    set(conf, "enable.auto.commit", "false");
    set(conf, "enable.auto.offset.store", "false");
    set(conf, "auto.offset.reset", "earliest");
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!client) fail("client", error);
    rd_kafka_poll_set_consumer(client);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, argv[2], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t refused = rd_kafka_subscribe(client, topics);
    if (refused) fail("subscribe", rd_kafka_err2str(refused));
    rd_kafka_topic_partition_list_destroy(topics);

    double begin = 0, limit = now_seconds() + 60;
    long read = 0;
    while (read < count) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 1000);
        if (!message) {
            if (now_seconds() > limit) fail("consume", "too few records within 60 s");
            continue;
        }
        if (message->err) fail("consume", rd_kafka_message_errstr(message));
        if (read++ == 0) begin = now_seconds();
        rd_kafka_message_destroy(message);
    }
    printf("rate %.0f\n", (double)(count - 1) / (now_seconds() - begin));

    rd_kafka_consumer_close(client);
    rd_kafka_destroy(client);
    return 0;
}
