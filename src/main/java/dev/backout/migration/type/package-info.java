/** Liquibase change types of ours: what an author says instead of what is inferred. */
@NullMarked
package dev.backout.migration.type;

import org.jspecify.annotations.NullMarked;
