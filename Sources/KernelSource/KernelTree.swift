// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A kernel tree on disk: an unpacked one, or the files that were unpacked from a tarball.
public struct KernelTree: Sendable {
  /// What was opened: a folder or a tarball.
  public let origin: URL
  /// The folder that holds the files.
  public let root: URL
  /// What the tree's Makefile says.
  public let version: KernelVersion

  /// How messages name the tree: "linux 6.12.117".
  public var name: String { "linux \(version)" }

  /// Opens a tree.
  ///
  /// Of a tarball only the files asked for are unpacked, into a cache that later runs share;
  /// a file that the tarball lacks is remembered, so that it is unpacked once.
  ///
  /// - Parameters:
  ///   - path: an unpacked tree, or a `.tar`, `.tar.xz`, `.tar.gz`, `.tar.zst` of one.
  ///   - files: the files that will be read, relative to the tree's top. One that is missing in
  ///     the tree is no error here.
  ///   - cache: the folder for unpacked files; by default ``TreeCache/standardFolder``.
  ///   - progress: is told in words what takes long.
  /// - Throws: ``KernelSourceError``, or `CancellationError`; then nothing half done is left.
  public static func open(
    at path: String, files: [String], cache: URL = TreeCache.standardFolder,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> KernelTree {
    for file in files { try checkFilePath(file) }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw KernelSourceError.pathMissing(path)
    }
    let origin = URL(fileURLWithPath: path)
    if isFolder.boolValue { return try KernelTree(origin: origin, root: origin) }
    guard let tarball = Tarball(origin) else {
      throw KernelSourceError.notAKernelTree(path: path, reason: "neither a folder nor a tarball")
    }
    let tree = try TreeCache(folder: cache).tree(of: tarball)
    try await tree.provide(["Makefile"] + files, progress: progress)
    return try KernelTree(origin: origin, root: tree.root)
  }

  private init(origin: URL, root: URL) throws(KernelSourceError) {
    self.origin = origin
    self.root = root
    let makefile = root.appendingPathComponent("Makefile")
    guard FileManager.default.fileExists(atPath: makefile.path) else {
      throw .notAKernelTree(path: origin.path, reason: "no Makefile at its top")
    }
    guard let version = KernelVersion(makefile: try Self.read(makefile)) else {
      throw .notAKernelTree(path: origin.path, reason: "no VERSION in its Makefile")
    }
    self.version = version
  }

  // MARK: Files

  /// The text of a file of the tree.
  ///
  /// - Parameter file: the path relative to the tree's top.
  /// - Throws: ``KernelSourceError/fileMissing(file:tree:)`` and its neighbours.
  public func text(of file: String) throws(KernelSourceError) -> String {
    try Self.checkFilePath(file)
    let url = root.appendingPathComponent(file)
    guard FileManager.default.fileExists(atPath: url.path) else {
      if root != origin, !CachedTree(root: root).isKnown(file) {
        throw .fileNotRequested(file: file, tree: origin.path)
      }
      throw .fileMissing(file: file, tree: name)
    }
    return try Self.read(url)
  }

  /// Takes top-level items out of a file, with the macros, structs, unions, enums and typedefs
  /// of the same file that they mention. Functions and variables are taken only by name.
  ///
  /// The text of an item is unmodified, behind a `#line`; items come in the file's order; the
  /// conditionals around an item are repeated around it. Prototypes of taken functions come
  /// along. `HAVE_VMAP_UDMABUF` and `HAVE_STRUCT_UDMABUF_OFFSETS` are defined for what was taken.
  ///
  /// - Parameters:
  ///   - names: the items asked for.
  ///   - file: the path relative to the tree's top.
  ///   - alreadyDefined: names ("struct page", "PAGE_SIZE") that are not taken unasked.
  /// - Throws: ``KernelSourceError/namesMissing(_:file:tree:)`` where a name that is not optional
  ///   is not there; what ``text(of:)`` throws.
  public func take(
    _ names: [TakeName], from file: String, alreadyDefined: Set<String> = []
  ) throws(KernelSourceError) -> TakenText {
    let taking = Taking(text: try text(of: file), file: file)
    let (taken, missing) = taking.take(names, alreadyDefined: alreadyDefined)
    guard missing.isEmpty else { throw .namesMissing(missing, file: file, tree: name) }
    return taken
  }

  private static func read(_ url: URL) throws(KernelSourceError) -> String {
    do {
      return String(decoding: try Data(contentsOf: url), as: UTF8.self)
    } catch {
      throw .unreadableFile(path: url.path, reason: error.localizedDescription)
    }
  }

  private static func checkFilePath(_ file: String) throws(KernelSourceError) {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.contains("\0") }) {
      throw .invalidFilePath(file)
    }
  }

  // MARK: Installed trees

  /// The newest `linux-source-*` in a folder, by version: where Debian installs kernel sources.
  ///
  /// - Parameter folder: where to look; by default /usr/src.
  /// - Returns: a folder or a tarball to open; a folder wins over the tarball of its version. nil
  ///   where there is none.
  public static func newestInstalled(
    in folder: URL = URL(fileURLWithPath: "/usr/src", isDirectory: true)
  ) -> URL? {
    let prefix = "linux-source-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    var found: [(version: [Int], isFolder: Bool, url: URL)] = []
    for name in names where name.hasPrefix(prefix) {
      let url = folder.appendingPathComponent(name)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
        continue
      }
      let makefile = url.appendingPathComponent("Makefile")
      let isTree = isFolder.boolValue && FileManager.default.fileExists(atPath: makefile.path)
      guard isTree || (!isFolder.boolValue && Tarball(url) != nil) else { continue }
      let digits = name.dropFirst(prefix.count).prefix { $0.isNumber || $0 == "." }
      let version = digits.split(separator: ".").compactMap { Int($0) }
      guard !version.isEmpty else { continue }
      found.append((version, isTree, url))
    }
    let newest = found.max { left, right in
      left.version == right.version
        ? !left.isFolder && right.isFolder
        : left.version.lexicographicallyPrecedes(right.version)
    }
    return newest?.url
  }
}
