/** Managed databases (targets), the embedded server and scratch databases. */
@NullMarked
package dev.backout.database;

import org.jspecify.annotations.NullMarked;
