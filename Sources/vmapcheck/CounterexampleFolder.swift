// SPDX-License-Identifier: Apache-2.0

import Foundation
import Report
import Verifier

/// The folder that counterexamples are written to. Files that vmapcheck did not write are left
/// alone.
struct CounterexampleFolder {
  let path: String

  /// Writes a counterexample to `<spec>.<property>.json`.
  ///
  /// - Returns: the file's path.
  func write(_ counterexample: Counterexample) throws(CounterexampleFolderError) -> String {
    let file = "\(path)/\(counterexample.spec).\(counterexample.property).json"
    try makeFolder()
    guard mayWrite(file) else { throw .notOurs(file) }
    let data: Data
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      data = try encoder.encode(counterexample) + Data("\n".utf8)
    } catch {
      throw .failed(path: file, reason: "\(error)")
    }
    let temporary = "\(path)/.\(UUID().uuidString).tmp"
    defer { unlink(temporary) }
    guard FileManager.default.createFile(atPath: temporary, contents: data),
      rename(temporary, file) == 0
    else { throw .failed(path: file, reason: String(cString: strerror(errno))) }
    return file
  }

  private func makeFolder() throws(CounterexampleFolderError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      let reason = exists && !isFolder.boolValue ? "it is a file" : error.localizedDescription
      throw .folder(path: path, reason: reason)
    }
  }

  /// There is nothing there yet, or an older counterexample.
  private func mayWrite(_ file: String) -> Bool {
    var status = stat()
    guard lstat(file, &status) == 0 else { return true }
    guard status.st_mode & S_IFMT == S_IFREG,
      let data = FileManager.default.contents(atPath: file),
      let mark = try? JSONDecoder().decode(Mark.self, from: data)
    else { return false }
    return mark.schema > 0 && !mark.origin.vmapcheck.isEmpty
  }

  /// What every version's counterexamples have.
  private struct Mark: Decodable {
    struct Origin: Decodable { var vmapcheck: String }
    var schema: Int
    var origin: Origin
  }
}

/// Why a counterexample was not written.
enum CounterexampleFolderError: Error, Hashable, CustomStringConvertible {
  case folder(path: String, reason: String)
  case notOurs(String)
  case failed(path: String, reason: String)

  var description: String {
    switch self {
    case .folder(let path, let reason):
      "\(path): no folder for counterexamples can be made: \(reason); give another with --output"
    case .notOurs(let path):
      "\(path): left alone, as vmapcheck did not write it; move it away, or give another folder "
        + "with --output"
    case .failed(let path, let reason):
      "\(path): the counterexample cannot be written: \(reason); give another folder with --output"
    }
  }
}
