/**
 * The engine that backs up over plain connections: needs no tools of the server's
 * version.
 */
@NullMarked
package dev.backout.backup.copy;

import org.jspecify.annotations.NullMarked;
