// produce BOOTSTRAP TOPIC WINDOW COUNT BYTES
//
// Sends COUNT records of BYTES bytes, idempotent and acks=all, never more than WINDOW of them without their delivery
// report, and prints `rate RECORDS_PER_SECOND`. The first record is not timed: it waits for the connections.
#include "bench.h"

#include <string.h>

static long in_flight = 0;

static void delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    (void)client;
    (void)opaque;
    if (message->err) fail("delivery", rd_kafka_err2str(message->err));
    in_flight--;
}

static void send_one(rd_kafka_t *client, const char *topic, long number, const char *value, size_t bytes) {
    char key[24];
    int length = snprintf(key, sizeof key, "%ld", number);
    rd_kafka_resp_err_t error = rd_kafka_producev(
        client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(key, (size_t)length), RD_KAFKA_V_VALUE((void *)value, bytes),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    if (error) fail("produce", rd_kafka_err2str(error));
    in_flight++;
}

static void wait_below(rd_kafka_t *client, long limit) {
    while (in_flight >= limit) rd_kafka_poll(client, 1000);
}

int main(int argc, char **argv) {
    if (argc != 6) fail("usage", "produce BOOTSTRAP TOPIC WINDOW COUNT BYTES");
    const char *topic = argv[2];
    long window = atol(argv[3]), count = atol(argv[4]);
    size_t bytes = (size_t)atol(argv[5]);
    char *value = malloc(bytes);
    if (!value) fail("malloc", "no memory");
    memset(value, 'x', bytes);

    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", argv[1]);
    set(conf, "enable.idempotence", "true");
    set(conf, "acks", "all");
    set(conf, "linger.ms", "0");
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (!client) fail("client", error);

    // Enough keys for every partition, so that each leader is connected before the clock starts.
    for (long number = 0; number < 64; number++) send_one(client, topic, number, value, bytes);
    wait_below(client, 1);

    double begin = now_seconds();
    for (long number = 0; number < count; number++) {
        wait_below(client, window);
        send_one(client, topic, number, value, bytes);
        rd_kafka_poll(client, 0);
    }
    wait_below(client, 1);
    printf("rate %.0f\n", (double)count / (now_seconds() - begin));

    rd_kafka_destroy(client);
    free(value);
    return 0;
}
