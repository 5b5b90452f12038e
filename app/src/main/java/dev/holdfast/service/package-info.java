/**
 * What services have in common, whatever they serve: how they fail to start.
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.service;
