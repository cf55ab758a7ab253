/** Who may come in: log-in, bearer tokens, headers, and the person behind a request. */
@NullMarked
package dev.backout.desk.security;

import org.jspecify.annotations.NullMarked;
