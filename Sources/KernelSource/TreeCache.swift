// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The folder where files unpacked from kernel tarballs are kept between runs.
///
/// Several processes may use it at once: every file comes into place by a rename.
public struct TreeCache: Sendable {
  let folder: URL

  /// `$XDG_CACHE_HOME/vmapcheck/trees`, by default `~/.cache/vmapcheck/trees`.
  public static var standardFolder: URL {
    userFolder.appendingPathComponent("trees", isDirectory: true)
  }

  /// `$XDG_CACHE_HOME/vmapcheck`, by default `~/.cache/vmapcheck`.
  public static var userFolder: URL {
    let environment = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? ""
    let base =
      environment.hasPrefix("/")
      ? URL(fileURLWithPath: environment, isDirectory: true)
      : FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
    return base.appendingPathComponent("vmapcheck", isDirectory: true)
  }

  /// The cached tree of a tarball: another name, size or time is another tree.
  func tree(of tarball: Tarball) throws(KernelSourceError) -> CachedTree {
    var status = stat()
    guard stat(tarball.url.path, &status) == 0 else {
      throw .unreadableTarball(path: tarball.url.path, message: lastSystemError())
    }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    let path = tarball.url.resolvingSymlinksInPath().standardizedFileURL.path
    let key = "\(path)\0\(status.st_size)\0\(time.tv_sec).\(time.tv_nsec)"
    let name = "\(tarball.baseName)-\(Self.hash(key))"
    return CachedTree(root: folder.appendingPathComponent(name), tarball: tarball)
  }

  /// 64-bit FNV-1a, as hexadecimal digits.
  private static func hash(_ text: String) -> String {
    let value = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The files that have been unpacked from one tarball, and the names of those it does not have.
struct CachedTree: Sendable {
  let root: URL
  var tarball: Tarball?

  init(root: URL, tarball: Tarball? = nil) {
    self.root = root
    self.tarball = tarball
  }

  /// Whether the tarball has been asked for the file before.
  func isKnown(_ file: String) -> Bool {
    FileManager.default.fileExists(atPath: place(of: file).path)
      || FileManager.default.fileExists(atPath: missingMark(of: file).path)
  }

  /// Unpacks those of the files that have not been asked for before, in one pass.
  func provide(
    _ files: [String], progress: @escaping @Sendable (String) -> Void
  ) async throws {
    let unknown = Set(files).subtracting(Set(files).filter(isKnown)).sorted()
    guard !unknown.isEmpty, let tarball else { return }
    let cache = root.deletingLastPathComponent()
    try makeFolder(cache)
    removeLeftovers(in: cache)
    let temporary = cache.appendingPathComponent(Self.leftoverPrefix + UUID().uuidString)
    try makeFolder(temporary)
    defer { try? FileManager.default.removeItem(at: temporary) }

    try await tarball.unpack(unknown, into: temporary, progress: progress)
    for file in unknown {
      let unpacked = temporary.appendingPathComponent(file)
      // A folder of that name is no file, and a link may lead anywhere.
      let type = try? FileManager.default.attributesOfItem(atPath: unpacked.path)[.type]
      if type as? FileAttributeType == .typeRegular {
        try move(unpacked, to: place(of: file))
      } else {
        try mark(missingMark(of: file), by: temporary)
      }
    }
  }

  private func place(of file: String) -> URL { root.appendingPathComponent(file) }

  private func missingMark(of file: String) -> URL {
    let name = file.replacing("%", with: "%25").replacing("/", with: "%2F")
    return root.appendingPathComponent(".missing").appendingPathComponent(name)
  }

  private func mark(_ place: URL, by temporary: URL) throws(KernelSourceError) {
    let mark = temporary.appendingPathComponent(".mark-" + UUID().uuidString)
    guard FileManager.default.createFile(atPath: mark.path, contents: Data()) else {
      throw .cacheNotWritable(path: temporary.path, reason: lastSystemError())
    }
    try move(mark, to: place)
  }

  /// Renames a file into its place; another process may have put the same one there.
  private func move(_ file: URL, to place: URL) throws(KernelSourceError) {
    try makeFolder(place.deletingLastPathComponent())
    guard rename(file.path, place.path) == 0 else {
      throw .cacheNotWritable(path: place.path, reason: lastSystemError())
    }
  }

  private func makeFolder(_ folder: URL) throws(KernelSourceError) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .cacheNotWritable(path: folder.path, reason: error.localizedDescription)
    }
  }

  private static let leftoverPrefix = ".unpacking-"

  /// Removes what a killed process left behind; an hour is longer than any unpacking.
  private func removeLeftovers(in cache: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: cache.path)) ?? []
    for name in names where name.hasPrefix(Self.leftoverPrefix) {
      let folder = cache.appendingPathComponent(name)
      let date = try? FileManager.default.attributesOfItem(atPath: folder.path)[.modificationDate]
      if let date = date as? Date, date.timeIntervalSinceNow < -3600 {
        try? FileManager.default.removeItem(at: folder)
      }
    }
  }
}

/// What the last failed system call says.
func lastSystemError() -> String { String(cString: strerror(errno)) }
