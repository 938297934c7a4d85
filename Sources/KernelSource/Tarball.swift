// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// A tarball of a kernel tree, with the tree's folder as the one at its top.
struct Tarball: Sendable {
  let url: URL
  /// The file's name without `.tar.xz`.
  let baseName: String
  /// The program that decompresses standard input to standard output; nil for a plain `.tar`.
  private let decompressor: [String]?

  /// - Returns: nil where the name does not end like a tarball's.
  init?(_ url: URL) {
    let name = url.lastPathComponent
    guard let suffix = Self.decompressions.first(where: { name.hasSuffix($0.suffix) }) else {
      return nil
    }
    self.url = url
    baseName = String(name.dropLast(suffix.suffix.count))
    decompressor = suffix.command
  }

  private static let decompressions: [(suffix: String, command: [String]?)] = [
    (".tar.xz", ["xz", "-dc", "-T0"]), (".tar.gz", ["gzip", "-dc"]), (".tgz", ["gzip", "-dc"]),
    (".tar.zst", ["zstd", "-dcq"]), (".tar.bz2", ["bzip2", "-dc"]), (".tar", nil),
  ]

  /// Unpacks single files; those that the tarball lacks are passed over.
  ///
  /// - Parameters:
  ///   - files: paths relative to the tree's top.
  ///   - folder: an empty folder, which becomes the tree's top.
  func unpack(
    _ files: [String], into folder: URL, progress: @escaping @Sendable (String) -> Void
  ) async throws {
    let archive = Foundation.open(url.path, O_RDONLY | O_CLOEXEC)
    guard archive >= 0 else {
      throw KernelSourceError.unreadableTarball(path: url.path, message: lastSystemError())
    }
    defer { close(archive) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await reportProgress(of: archive, to: progress) }
      defer { group.cancelAll() }
      try await extract(files, of: archive, into: folder)
    }
  }

  /// Runs the decompressor and tar as two children of this process, so that none is orphaned.
  private func extract(_ files: [String], of archive: CInt, into folder: URL) async throws {
    // The top folder's name is not known; a pattern that stops at slashes stands for it. With
    // --occurrence tar stops reading as soon as it has met every file.
    let command =
      [
        "tar", "--extract", "--file=-", "--directory=\(folder.path)", "--strip-components=1",
        "--no-same-owner", "--occurrence=1", "--wildcards", "--no-wildcards-match-slash", "--",
      ] + files.map { "*/" + Self.escaped($0) }
    var outcomes: [Outcome] = []
    if let decompressor {
      var ends: [CInt] = [-1, -1]
      guard pipe(&ends) == 0 else {
        throw KernelSourceError.tarNotRunnable(lastSystemError())
      }
      let (readEnd, writeEnd) = (ends[0], ends[1])
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      async let data = Self.run(
        decompressor,
        input: .fileDescriptor(.init(rawValue: archive), closeAfterSpawningProcess: false),
        output: .fileDescriptor(.init(rawValue: writeEnd), closeAfterSpawningProcess: true))
      async let tar = Self.run(
        command,
        input: .fileDescriptor(.init(rawValue: readEnd), closeAfterSpawningProcess: true),
        output: .discarded)
      outcomes = try await [data, tar]
      // Where tar has all it wants the decompressor is told so by a signal.
      if outcomes[1].isSuccess { return }
    } else {
      outcomes = [
        try await Self.run(
          command,
          input: .fileDescriptor(.init(rawValue: archive), closeAfterSpawningProcess: false),
          output: .discarded)
      ]
    }
    try Task.checkCancellation()
    try check(outcomes)
  }

  /// How a child ended, and what it said.
  private struct Outcome: Sendable {
    var isSuccess: Bool
    var messages: [Substring]
  }

  private static func run(
    _ command: [String], input: FileDescriptorInput, output: some OutputProtocol & Sendable
  ) async throws -> Outcome {
    do {
      let result = try await Subprocess.run(
        .name(command[0]), arguments: .init(Array(command.dropFirst())),
        // Messages that can be recognised.
        environment: .inherit.updating(["LC_ALL": "C", "TAR_OPTIONS": nil]),
        input: input, output: output, error: .string(limit: 1 << 20))
      return Outcome(
        isSuccess: result.terminationStatus.isSuccess,
        messages: result.standardError.split(separator: "\n"))
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw KernelSourceError.tarNotRunnable("\(command[0]): \(error)")
    }
  }

  /// Throws what the children complained about, missing files apart.
  private func check(_ outcomes: [Outcome]) throws(KernelSourceError) {
    let messages = outcomes.flatMap(\.messages)
    let complaints = messages.filter {
      !$0.hasSuffix(": Not found in archive")
        && !$0.hasSuffix("Exiting with failure status due to previous errors")
    }
    if outcomes.allSatisfy(\.isSuccess) || (complaints.isEmpty && !messages.isEmpty) { return }
    let text =
      complaints.isEmpty ? "it ended without a message" : complaints.joined(separator: "; ")
    throw .unreadableTarball(path: url.path, message: text)
  }

  /// Says how much of the tarball has been read: tar and this process share the file's offset.
  private func reportProgress(
    of archive: CInt, to progress: @Sendable (String) -> Void
  ) async throws {
    var status = stat()
    let total = fstat(archive, &status) == 0 ? Int(status.st_size) : 0
    progress("unpacking \(url.lastPathComponent)…")
    while true {
      try await Task.sleep(for: .milliseconds(500))
      let offset = Int(lseek(archive, 0, SEEK_CUR))
      progress(
        "unpacking \(url.lastPathComponent), \(offset / 1_000_000) MB of \(total / 1_000_000) MB…")
    }
  }

  /// The path as a pattern that matches only itself.
  private static func escaped(_ path: String) -> String {
    var pattern = ""
    for character in path {
      if "*?[]\\".contains(character) { pattern.append("\\") }
      pattern.append(character)
    }
    return pattern
  }
}
