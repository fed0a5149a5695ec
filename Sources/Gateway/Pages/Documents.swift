import CDocuments
import NovaAPI

/// The files in `Documents/`, which are part of the executable.
enum Documents {
    /// What the OpenAPI document begins with; `OpenAPIDocument` writes the rest.
    static let openAPIBase = nova_openapi_base().array
    static let asyncAPI = nova_asyncapi().array
    static let reference = nova_reference().array
    static let console = nova_console().array
}
