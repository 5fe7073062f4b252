#include <acme_internal.h>
