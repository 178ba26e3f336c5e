/** The whole server as its users meet it: a process, real sockets, real files; nothing of it is reached except through its port. */
package earshot.it;
