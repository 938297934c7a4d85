// SPDX-License-Identifier: Apache-2.0

/// What can go wrong between a path and the text of a kernel's function: what, where, and what
/// to do about it.
public enum KernelSourceError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Nothing is at the path.
  case pathMissing(String)
  /// There is something at the path, and it is no kernel tree.
  case notAKernelTree(path: String, reason: String)
  /// `tar` could not read the tarball; `message` is its own.
  case unreadableTarball(path: String, message: String)
  /// `tar` could not be run at all.
  case tarNotRunnable(String)
  /// The folder for unpacked files cannot be created or written to.
  case cacheNotWritable(path: String, reason: String)
  /// A path that does not lie inside a tree, such as `../x.c`.
  case invalidFilePath(String)
  /// The file was not named when the tarball was opened, so it was not unpacked.
  case fileNotRequested(file: String, tree: String)
  /// The tree has no such file.
  case fileMissing(file: String, tree: String)
  /// The file is there and cannot be read.
  case unreadableFile(path: String, reason: String)
  /// The file has no item of these names.
  case namesMissing([TakeName], file: String, tree: String)

  /// One line for the user.
  public var description: String {
    switch self {
    case .pathMissing(let path):
      return "\(path): no such file or folder; give a kernel tree or a linux-source-*.tar.xz"
    case .notAKernelTree(let path, let reason):
      return "\(path): not a kernel tree: \(reason); "
        + "give the folder that holds the kernel's top Makefile, or a tarball of it"
    case .unreadableTarball(let path, let message):
      return "\(path): tar cannot read it: \(message); fetch or install the tarball again"
    case .tarNotRunnable(let reason):
      return "tar cannot be run: \(reason); install tar, or unpack the kernel tree yourself"
    case .cacheNotWritable(let path, let reason):
      return "\(path): cannot keep unpacked kernel files here: \(reason); "
        + "set XDG_CACHE_HOME to a folder that can be written to, or give an unpacked tree"
    case .invalidFilePath(let file):
      return "\(file): not a path inside a kernel tree; write it relative to the tree's top"
    case .fileNotRequested(let file, let tree):
      return "\(file): not among the files that were unpacked from \(tree)"
    case .fileMissing(let file, let tree):
      return "\(tree) has no \(file)"
    case .unreadableFile(let path, let reason):
      return "\(path): cannot be read: \(reason)"
    case .namesMissing(let names, let file, let tree):
      let list = names.map(\.description).joined(separator: ", ")
      return "\(tree) has no \(list) in \(file)"
    }
  }
}
