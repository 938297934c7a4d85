// SPDX-License-Identifier: Apache-2.0

import Foundation
import Frontend

/// What is built for a kernel: the machine's module, the process that talks to it, and a module for
/// each spec. All of it is kept in the cache, by what it is made of.
public struct KernelBuild: Sendable {
  /// The kernel.
  public let machine: KernelMachine
  /// The folders of the module and of the headers that specs include.
  let module: URL
  let environment: URL
  /// Where it is all kept.
  let folder: URL

  /// The build of a kernel.
  ///
  /// - Parameters:
  ///   - module: the folder of the machine's module.
  ///   - environment: the folder of what specs include.
  public init(machine: KernelMachine, module: URL, environment: URL) throws {
    self.machine = machine
    self.module = module.standardizedFileURL.resolvingSymlinksInPath()
    self.environment = environment.standardizedFileURL.resolvingSymlinksInPath()
    let texts = try Self.text(of: [
      self.module, self.environment.appendingPathComponent("vmapcheck"),
    ])
    let headers = [".config", "Module.symvers"].map { name in
      (try? String(contentsOfFile: "\(machine.headers)/\(name)", encoding: .utf8)) ?? ""
    }
    let key = SHA256.hexDigest(
      of: "\(machine.release)\0\(headers.joined(separator: "\0"))\0\(texts)")
    folder = machine.folder.appendingPathComponent("build-\(key.prefix(16))", isDirectory: true)
  }

  /// The initial file system of the guest.
  var initramfs: URL { folder.appendingPathComponent("initramfs.cpio") }
  /// What is in it: the process, and the machine's module.
  var agent: URL { root.appendingPathComponent("init") }
  var object: URL { root.appendingPathComponent("vmapcheck.ko") }
  private var root: URL { folder.appendingPathComponent("root", isDirectory: true) }

  /// A spec's module.
  struct SpecModule: Sendable {
    var name: String
    var data: Data
  }

  /// Builds what is not there yet.
  ///
  /// - Parameter progress: told what is being done.
  public func prepare(progress: @Sendable (String) -> Void) async throws {
    guard !isBuilt else { return }
    removeOld()
    let beside = machine.folder.appendingPathComponent(
      "build-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: beside) }
    progress("building the module for \(machine.release)")
    try await build(in: beside, progress: progress)
    // Another process may have put the same there.
    guard rename(beside.path, folder.path) == 0 || isBuilt else {
      throw KernelError.cacheNotWritable(
        path: folder.path, reason: String(cString: strerror(errno)))
    }
  }

  private var isBuilt: Bool {
    FileManager.default.fileExists(atPath: (machine.isHost ? object : initramfs).path)
  }

  private func build(in folder: URL, progress: @Sendable (String) -> Void) async throws {
    let core = folder.appendingPathComponent("core", isDirectory: true)
    try copy(module.appendingPathComponent("core"), to: core)
    try await make(core, [])
    progress("building what talks to it")
    let root = folder.appendingPathComponent("root", isDirectory: true)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    try await Tool.run(
      machine.compilerName,
      [
        "-static", "-O2", "-Wall", "-Wextra", "-o", root.appendingPathComponent("init").path,
        module.appendingPathComponent("guest/init.c").path,
        module.appendingPathComponent("guest/host.c").path,
      ])
    let object = root.appendingPathComponent(object.lastPathComponent).path
    try await Tool.run(
      "strip", ["-g", "-o", object, core.appendingPathComponent("vmapcheck.ko").path])
    if machine.isHost { return }
    let script = #"printf '%s\n' init vmapcheck.ko | cpio --quiet -o -H newc -R 0:0 > "$1""#
    let archive = folder.appendingPathComponent(initramfs.lastPathComponent)
    try await Tool.run("sh", ["-ec", script, "sh", archive.path], in: root)
  }

  /// The module of a spec's file.
  ///
  /// - Parameters:
  ///   - text: the C, as it is verified, without what it takes from a kernel tree: here the
  ///     kernel has that itself.
  ///   - names: the specs in it.
  func specModule(text: String, path: String, names: [String]) async throws -> SpecModule {
    let key = SHA256.hexDigest(of: "\(text)\0\(path)\0\(names)").prefix(16)
    let name = "vmk_\(key)"
    let file = folder.appendingPathComponent("specs/\(name).ko")
    if let data = try? Data(contentsOf: file) { return SpecModule(name: name, data: data) }
    let work = folder.appendingPathComponent("\(name)-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: work) }
    try copy(module.appendingPathComponent("spec"), to: work)
    let list = names.map { "X(\($0)) " }.joined()
    try "#define VMK_SPECS(X) \(list)\n".write(
      to: work.appendingPathComponent("specs.h"), atomically: false, encoding: .utf8)
    let quoted = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    try "#line 1 \"\(quoted)\"\n\(text)".write(
      to: work.appendingPathComponent("spec.c"), atomically: false, encoding: .utf8)
    let symbols = folder.appendingPathComponent("core/Module.symvers").path
    try await make(work, ["VMAPCHECK_SPEC=\(name)", "KBUILD_EXTRA_SYMBOLS=\(symbols)"])
    let stripped = work.appendingPathComponent("stripped.ko")
    try await Tool.run(
      "strip", ["-g", "-o", stripped.path, work.appendingPathComponent("\(name).ko").path])
    let data = try Data(contentsOf: stripped)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    _ = rename(stripped.path, file.path)
    return SpecModule(name: name, data: data)
  }

  // MARK: Building

  private func make(_ work: URL, _ arguments: [String]) async throws {
    try await Tool.run(
      "make",
      [
        "-s", "-C", machine.headers, "M=\(work.path)", "CONFIG_DEBUG_INFO_BTF_MODULES=",
        "VMAPCHECK_MODULE=\(module.path)", "VMAPCHECK_KERNEL=\(environment.path)",
      ] + arguments + ["modules"])
  }

  private func copy(_ source: URL, to place: URL) throws {
    let manager = FileManager.default
    do {
      try? manager.removeItem(at: place)
      try manager.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try manager.copyItem(at: source, to: place)
    } catch {
      throw KernelError.cacheNotWritable(path: place.path, reason: error.localizedDescription)
    }
  }

  /// Removes the builds that this one takes the place of; another process may use one that is
  /// not a day old.
  private func removeOld() {
    let manager = FileManager.default
    for name in (try? manager.contentsOfDirectory(atPath: machine.folder.path)) ?? []
    where name.hasPrefix("build-") {
      let place = machine.folder.appendingPathComponent(name)
      let date = try? manager.attributesOfItem(atPath: place.path)[.modificationDate] as? Date
      if place.lastPathComponent != folder.lastPathComponent, let date,
        date.timeIntervalSinceNow < -24 * 3600
      {
        try? manager.removeItem(at: place)
      }
    }
  }

  /// All files of folders, with their names.
  private static func text(of folders: [URL]) throws -> String {
    var text = ""
    for folder in folders {
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
      for name in names {
        let data = try? Data(contentsOf: folder.appendingPathComponent(name))
        if let data { text += "\(name)\0\(String(decoding: data, as: UTF8.self))\0" }
      }
    }
    return text
  }
}
