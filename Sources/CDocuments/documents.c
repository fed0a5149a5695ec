// The documents that the gateway serves, as they are in Sources/Gateway/Documents.
//
// In C for #embed: as a Swift array the OpenAPI document alone takes minutes to compile.

#include "CDocuments.h"

static const unsigned char openapi[] = {
#embed "../Gateway/Documents/openapi.json"
};

static const unsigned char asyncapi[] = {
#embed "../Gateway/Documents/asyncapi.json"
};

static const unsigned char reference[] = {
#embed "../Gateway/Documents/reference.html"
};

static const unsigned char console[] = {
#embed "../Gateway/Documents/console.html"
};

NovaDocument nova_openapi(void) { return (NovaDocument){openapi, sizeof openapi}; }
NovaDocument nova_asyncapi(void) { return (NovaDocument){asyncapi, sizeof asyncapi}; }
NovaDocument nova_reference(void) { return (NovaDocument){reference, sizeof reference}; }
NovaDocument nova_console(void) { return (NovaDocument){console, sizeof console}; }
