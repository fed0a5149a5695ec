#pragma once

#include <stddef.h>

/// The bytes of a file; they are part of the executable.
typedef struct {
    const unsigned char *bytes;
    size_t count;
} NovaDocument;

NovaDocument nova_openapi_base(void);
NovaDocument nova_asyncapi(void);
NovaDocument nova_reference(void);
NovaDocument nova_console(void);
NovaDocument nova_flow_schemas(void);
NovaDocument nova_work_schemas(void);
NovaDocument nova_resource_schemas(void);
NovaDocument nova_memory_schemas(void);
