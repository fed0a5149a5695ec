#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Settings {
    /// A secret, from the setting itself or from the file that `KEY.file` names, or nil when neither is set.
    ///
    /// For `redis.password`: `NOVA_REDIS_PASSWORD`, `NOVA_REDIS_PASSWORD_FILE`, and in the file `redis.password`,
    /// `redis.password.file`, in this order; a pair set in the same place is refused, since one of the two would be
    /// ignored. One line end at the end of a secret's file is not part of the secret. Reads the file at once and
    /// blocks while it does: for start-up only.
    ///
    /// - Throws: ``SettingsError`` for an ambiguous pair and a file that is missing, unreadable, empty, not UTF-8 or
    ///   larger than 64 KiB. The secret is in no error and no log.
    func secret(_ key: String) throws -> String? {
        let fileKey = key + ".file"
        let places = [
            (findInEnvironment(key), findInEnvironment(fileKey)),
            (findInFile(key), findInFile(fileKey)),
        ]
        for (value, file) in places {
            switch (value, file) {
            case (nil, nil): continue
            case (let value?, nil): return value.text
            case (nil, let file?):
                do {
                    return try Self.readSecret(at: file.text, key: fileKey, source: file.source)
                } catch let fault as SettingsError {
                    return try refused(fault, nil)
                }
            case (let value?, .some):
                let problem = "set \(key) or \(fileKey), not both"
                return try refused(SettingsError(key: key, source: value.source, problem: problem), nil)
            }
        }
        return nil
    }

    private static func readSecret(at path: String, key: String, source: String) throws -> String {
        func fault(_ problem: String) -> SettingsError {
            SettingsError(key: key, value: path, source: source, problem: problem)
        }
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw fault("must be the path of a file that this process may read")
        }
        guard data.count <= 65_536 else { throw fault("must be a file of at most 64 KiB") }
        guard var text = String(validating: data, as: UTF8.self) else { throw fault("must be a file of UTF-8 text") }
        if text.last?.isNewline == true {
            text.removeLast()
        }
        guard !text.isEmpty else { throw fault("must be a file that is not empty") }
        return text
    }
}
