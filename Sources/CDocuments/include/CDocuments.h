#pragma once

#include <stddef.h>

/// The bytes of a file; they are part of the executable.
typedef struct {
    const unsigned char *bytes;
    size_t count;
} NovaDocument;

NovaDocument nova_openapi(void);
NovaDocument nova_asyncapi(void);
NovaDocument nova_reference(void);
NovaDocument nova_console(void);
