// SPDX-License-Identifier: Apache-2.0

import KernelSource

/// What can go wrong between a path and the IR of a spec: what, where, and what to do about it.
public enum FrontendError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Nothing is at the path.
  case specMissing(String)
  /// The folder holds no spec.
  case noSpecs(folder: String)
  /// The file or folder is there and cannot be read.
  case unreadable(path: String, reason: String)
  /// A `#pragma vmapcheck` that cannot be followed.
  case pragma(file: String, line: Int, reason: String)
  /// A spec uses a name, or gives one, that is not for it.
  case name(file: String, line: Int, reason: String)
  /// No clang was found; `tried` says where.
  case clangMissing(tried: [String])
  /// Only clangs of other versions were found: their paths and versions.
  case clangUnsupported(found: [String])
  /// clang could not be run, or ended in a way that says nothing about the spec.
  case clangFailed(path: String, reason: String)
  /// clang refuses the C; the messages are its own, warnings included.
  case compile(messages: String)
  /// The kernel environment that ships with vmapcheck is not where it should be.
  case environmentMissing(path: String)
  /// Compiled specs cannot be kept in the user's cache.
  case cacheNotWritable(path: String, reason: String)
  /// No folder for intermediate files can be made.
  case temporaryFolder(path: String, reason: String)

  /// What the user is told; several lines only for clang's messages.
  public var description: String {
    switch self {
    case .specMissing(let path):
      return "\(path): no such file or folder; give a spec (a C file) or a folder of specs"
    case .noSpecs(let folder):
      return "\(folder): no specs in this folder; specs are its *.c files, subfolders included"
    case .unreadable(let path, let reason):
      return "\(path): cannot be read: \(reason)"
    case .pragma(let file, let line, let reason), .name(let file, let line, let reason):
      return "\(file):\(line): error: \(reason)"
    case .clangMissing(let tried):
      return "no clang found (looked at \(tried.joined(separator: ", "))); "
        + "install a Swift toolchain or clang \(Clang.supportedText), or give --clang PATH"
    case .clangUnsupported(let found):
      return "only other versions of clang found: \(found.joined(separator: ", ")); "
        + "supported is clang \(Clang.supportedText); give --clang PATH"
    case .clangFailed(let path, let reason):
      return "\(path): clang failed: \(reason)"
    case .compile(let messages):
      return messages
    case .environmentMissing(let path):
      return "\(path): the kernel environment is missing; install vmapcheck again"
    case .cacheNotWritable(let path, let reason):
      return "\(path): compiled specs cannot be kept there: \(reason); set XDG_CACHE_HOME"
    case .temporaryFolder(let path, let reason):
      return "\(path): cannot make a folder for intermediate files: \(reason); set TMPDIR"
    }
  }
}
