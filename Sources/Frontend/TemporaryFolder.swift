// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs work with a private folder that is removed when the work ends, however it ends.
func withTemporaryFolder<Result>(
  _ work: (URL) async throws -> Result
) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("vmapcheck-\(UUID().uuidString)", isDirectory: true)
  do {
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  } catch {
    throw FrontendError.temporaryFolder(path: folder.path, reason: error.localizedDescription)
  }
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await work(folder)
}
