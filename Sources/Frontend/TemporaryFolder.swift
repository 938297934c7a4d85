// SPDX-License-Identifier: Apache-2.0

import Foundation

private let temporaryPrefix = "vmapcheck-work-"

/// Removes what a process that was killed has left a day ago.
func removeOldTemporaryFolders() {
  removeOld(
    in: FileManager.default.temporaryDirectory, prefix: temporaryPrefix, seconds: 24 * 3600)
}

/// Removes what is in a folder, begins so and was last changed so long ago.
func removeOld(in folder: URL, prefix: String, seconds: Double) {
  let manager = FileManager.default
  for name in (try? manager.contentsOfDirectory(atPath: folder.path)) ?? []
  where name.hasPrefix(prefix) {
    let place = folder.appendingPathComponent(name).path
    let date = try? manager.attributesOfItem(atPath: place)[.modificationDate] as? Date
    if let date, date.timeIntervalSinceNow < -seconds { try? manager.removeItem(atPath: place) }
  }
}

/// Runs work with a private folder that is removed when the work ends, however it ends.
func withTemporaryFolder<Result>(
  _ work: (URL) async throws -> Result
) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent(temporaryPrefix + UUID().uuidString, isDirectory: true)
  do {
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  } catch {
    throw FrontendError.temporaryFolder(path: folder.path, reason: error.localizedDescription)
  }
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await work(folder)
}
