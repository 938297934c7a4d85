// SPDX-License-Identifier: Apache-2.0

import Foundation
import Report
import Verifier

/// A folder that vmapcheck writes files of one kind to. Files that it did not write are left alone.
struct OutputFolder {
  let path: String
  /// What the files are, in words: one, and several.
  let kind: (one: String, several: String)
  /// The option that gives another folder.
  let option: String
  /// Whether vmapcheck wrote what is in a file.
  let isOurs: @Sendable (Data) -> Bool

  /// Writes a file, over nothing but an older one of its kind.
  ///
  /// - Returns: the file's path.
  func write(_ data: Data, to name: String) throws(OutputFolderError) -> String {
    let file = "\(path)/\(name)"
    try makeFolder()
    guard mayWrite(file) else { throw .notOurs(file, option: option) }
    let temporary = "\(path)/.\(UUID().uuidString).tmp"
    defer { unlink(temporary) }
    guard FileManager.default.createFile(atPath: temporary, contents: data),
      rename(temporary, file) == 0
    else { throw failure(file, String(cString: strerror(errno))) }
    return file
  }

  /// Removes an older file of its kind, if there is one: what it says holds no more.
  func remove(_ name: String) {
    let file = "\(path)/\(name)"
    if FileManager.default.fileExists(atPath: file), mayWrite(file) { unlink(file) }
  }

  func failure(_ file: String, _ reason: String) -> OutputFolderError {
    .failed(path: file, kind: kind.one, reason: reason, option: option)
  }

  private func makeFolder() throws(OutputFolderError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      let reason = exists && !isFolder.boolValue ? "it is a file" : error.localizedDescription
      throw .folder(path: path, kind: kind.several, reason: reason, option: option)
    }
  }

  /// There is nothing there yet, or an older file of ours.
  private func mayWrite(_ file: String) -> Bool {
    var status = stat()
    guard lstat(file, &status) == 0 else { return true }
    guard status.st_mode & S_IFMT == S_IFREG,
      let data = FileManager.default.contents(atPath: file)
    else { return false }
    return isOurs(data)
  }
}

/// Counterexamples: `<spec>.<property>.json`.
struct CounterexampleFolder {
  private let folder: OutputFolder

  init(path: String) {
    folder = OutputFolder(
      path: path, kind: ("counterexample", "counterexamples"), option: "--output"
    ) { data in
      guard let mark = try? JSONDecoder().decode(Mark.self, from: data) else { return false }
      return mark.schema > 0 && !mark.origin.vmapcheck.isEmpty
    }
  }

  /// Writes a counterexample.
  ///
  /// - Returns: the file's path.
  func write(_ counterexample: Counterexample) throws(OutputFolderError) -> String {
    let name = "\(counterexample.spec).\(counterexample.property).json"
    let data: Data
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      data = try encoder.encode(counterexample) + Data("\n".utf8)
    } catch {
      throw folder.failure("\(folder.path)/\(name)", "\(error)")
    }
    return try folder.write(data, to: name)
  }

  /// What every version's counterexamples have.
  private struct Mark: Decodable {
    struct Origin: Decodable { var vmapcheck: String }
    var schema: Int
    var origin: Origin
  }
}

/// Proof records: `<spec>.<property>.smt2`.
struct ProofFolder {
  private let folder: OutputFolder

  init(path: String) {
    folder = OutputFolder(
      path: path, kind: ("proof record", "proof records"), option: "--proofs"
    ) { $0.starts(with: Data(ProofRecord.mark.utf8)) }
  }

  /// Writes a record.
  ///
  /// - Returns: the file's path.
  func write(_ record: ProofRecord) throws(OutputFolderError) -> String {
    try folder.write(Data(record.text.utf8), to: name(record.spec, record.property))
  }

  /// Removes an older record of what is proved no more.
  func removeRecord(of property: Property, spec: String) { folder.remove(name(spec, property)) }

  private func name(_ spec: String, _ property: Property) -> String {
    "\(spec).\(property.name).smt2"
  }
}

/// Why a file was not written.
enum OutputFolderError: Error, Hashable, CustomStringConvertible {
  case folder(path: String, kind: String, reason: String, option: String)
  case notOurs(String, option: String)
  case failed(path: String, kind: String, reason: String, option: String)

  var description: String {
    switch self {
    case .folder(let path, let kind, let reason, let option):
      "\(path): no folder for \(kind) can be made: \(reason); give another with \(option)"
    case .notOurs(let path, let option):
      "\(path): left alone, as vmapcheck did not write it; move it away, or give another folder "
        + "with \(option)"
    case .failed(let path, let kind, let reason, let option):
      "\(path): the \(kind) cannot be written: \(reason); give another folder with \(option)"
    }
  }
}
