import GRDB

/// The tables of a replica.
enum ReplicaSchema {
    static func make() throws -> DatabaseQueue {
        // In memory: nothing of it outlives the process, it is made anew from Redis.
        let queue = try DatabaseQueue()
        try queue.write { try $0.execute(sql: statements) }
        return queue
    }

    /// The words are ASCII letters and digits already (`Analyzer`), so that the simplest tokenizer does.
    ///
    /// What a memory says is not kept here: what is found is read from Redis. `spellings` has the words of texts whose language
    /// is not known by the stems that languages have for them; such a text's language is ''.
    private static let statements = """
        CREATE TABLE memories (
            sequence INTEGER PRIMARY KEY, expires INTEGER, kind TEXT NOT NULL, time INTEGER NOT NULL,
            importance REAL NOT NULL, conversation TEXT, agent TEXT, task TEXT, length INTEGER NOT NULL,
            id TEXT NOT NULL UNIQUE, language TEXT NOT NULL, tags TEXT NOT NULL, terms TEXT NOT NULL,
            updated INTEGER NOT NULL, uses REAL NOT NULL, used INTEGER NOT NULL
        );
        CREATE INDEX in_conversation ON memories (conversation, time, sequence) WHERE conversation IS NOT NULL;
        CREATE VIRTUAL TABLE words USING fts5(
            terms, content = 'memories', content_rowid = 'sequence', tokenize = 'ascii', detail = column
        );
        CREATE VIRTUAL TABLE vocabulary USING fts5vocab('words', 'row');
        CREATE TABLE spellings (
            stem TEXT NOT NULL, word TEXT NOT NULL, languages INTEGER NOT NULL, PRIMARY KEY (stem, word)
        ) WITHOUT ROWID;
        CREATE TABLE languages (language TEXT PRIMARY KEY, memories INTEGER NOT NULL);
        CREATE TABLE totals (memories INTEGER NOT NULL, length INTEGER NOT NULL);
        INSERT INTO totals VALUES (0, 0);
        """
}
