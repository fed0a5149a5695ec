// The documents that the gateway serves, and what they are made of, as they are in Sources.
//
// In C for #embed: as a Swift array the OpenAPI document alone takes minutes to compile.

#include "CDocuments.h"

static const unsigned char openapi_base[] = {
#embed "../Gateway/Documents/openapi-base.json"
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

static const unsigned char flow_schemas[] = {
#embed "../FlowPool/Contract/schemas.json"
};

static const unsigned char work_schemas[] = {
#embed "../WorkPool/Contract/schemas.json"
};

static const unsigned char resource_schemas[] = {
#embed "../ResourcePool/Contract/schemas.json"
};

static const unsigned char memory_schemas[] = {
#embed "../MemoryPool/Contract/schemas.json"
};

NovaDocument nova_openapi_base(void) { return (NovaDocument){openapi_base, sizeof openapi_base}; }
NovaDocument nova_asyncapi(void) { return (NovaDocument){asyncapi, sizeof asyncapi}; }
NovaDocument nova_reference(void) { return (NovaDocument){reference, sizeof reference}; }
NovaDocument nova_console(void) { return (NovaDocument){console, sizeof console}; }
NovaDocument nova_flow_schemas(void) { return (NovaDocument){flow_schemas, sizeof flow_schemas}; }
NovaDocument nova_work_schemas(void) { return (NovaDocument){work_schemas, sizeof work_schemas}; }
NovaDocument nova_resource_schemas(void) { return (NovaDocument){resource_schemas, sizeof resource_schemas}; }
NovaDocument nova_memory_schemas(void) { return (NovaDocument){memory_schemas, sizeof memory_schemas}; }
