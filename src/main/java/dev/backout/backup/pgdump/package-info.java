/** The engine that uses PostgreSQL's own tools where they are installed. */
@NullMarked
package dev.backout.backup.pgdump;

import org.jspecify.annotations.NullMarked;
