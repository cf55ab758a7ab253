@NullMarked
package dev.backout.migration.web;

import org.jspecify.annotations.NullMarked;
